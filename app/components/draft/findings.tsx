import type { Finding } from "#lib/archive/index.ts";
import { formatCount } from "../ui/format.ts";
import { Icon, type IconName } from "../ui/icons.tsx";

const kinds: { severity: Finding["severity"]; noun: string; icon: IconName; tone: string }[] = [
  { severity: "error", noun: "problem", icon: "stopped", tone: "text-bad" },
  { severity: "warning", noun: "warning", icon: "warning", tone: "text-warn" },
  { severity: "note", noun: "note", icon: "info", tone: "text-quiet" },
];

/** What was found in the files, the worst first. */
export function Findings({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) {
    return (
      <p className="state text-good">
        <Icon name="check" />
        Nothing to mend was found.
      </p>
    );
  }
  return (
    <div className="grid gap-5">
      {kinds.map(({ severity, noun, icon, tone }) => {
        const of = findings.filter((finding) => finding.severity === severity);
        if (of.length === 0) return null;
        return (
          <div key={severity}>
            <h3 className={`state font-sans text-sm font-semibold ${tone}`}>
              <Icon name={icon} />
              {formatCount(of.length, noun)}
            </h3>
            <ul className="mt-1 grid gap-2 text-sm">
              {of.map((finding) => (
                <li key={finding.code + finding.path + finding.place + finding.message}>
                  {finding.message}
                  {finding.path && (
                    <code className="block break-all text-[0.75rem] text-quiet">
                      {finding.path}
                      {finding.place && `, ${finding.place}`}
                    </code>
                  )}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}
