import { Icon, type IconName } from "./icons.tsx";

export type Tone = "good" | "warn" | "bad" | "busy" | "plain";

const icons: Record<Tone, IconName> = {
  good: "check",
  warn: "warning",
  bad: "stopped",
  busy: "turning",
  plain: "info",
};

interface Props {
  tone: Tone;
  title: string;
  children?: React.ReactNode;
  /** Errors that appear after something was done are announced. */
  announce?: boolean;
}

/** Something to know, with an icon, a word and, below, what to do. */
export function Notice({ tone, title, children, announce = false }: Props) {
  return (
    <div className={`notice notice-${tone}`} {...(announce ? { role: "alert" } : {})}>
      <Icon name={icons[tone]} />
      <p className="font-semibold">{title}</p>
      {children && <div className="grid gap-2 text-[0.875rem]">{children}</div>}
    </div>
  );
}
