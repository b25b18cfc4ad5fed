import type { EnvironmentView } from "#lib/archive/index.ts";
import { formatBytes, formatCount } from "../ui/format.ts";
import { ImageState } from "../ui/image-state.tsx";
import { Section } from "./section.tsx";

/** What the paper runs in: what was declared, what was really installed, where it had to deviate. */
export function Environment({ environment }: { environment: EnvironmentView }) {
  const {
    state,
    language,
    languageVersion,
    declaredBy,
    imageSize,
    deviations,
    installed,
    note,
    buildId,
  } = environment;
  return (
    <Section id="environment" title="Environment">
      <dl className="grid max-w-measure grid-cols-[minmax(0,1fr)] gap-x-6 gap-y-1.5 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <dt className="text-quiet">State</dt>
        <dd className="flex flex-wrap gap-x-4">
          <ImageState state={state} />
          {buildId && <a href={`/api/builds/${buildId}/log`}>Build log</a>}
        </dd>
        {language && (
          <>
            <dt className="text-quiet">Language</dt>
            <dd>
              {language} {languageVersion}
            </dd>
          </>
        )}
        {declaredBy.length > 0 && (
          <>
            <dt className="text-quiet">Declared by</dt>
            <dd>
              {declaredBy.map((file) => (
                <code key={file} className="mr-3 break-all text-[0.8125rem]">
                  {file}
                </code>
              ))}
            </dd>
          </>
        )}
        {imageSize !== null && (
          <>
            <dt className="text-quiet">Size</dt>
            <dd>{formatBytes(imageSize)}</dd>
          </>
        )}
      </dl>
      {note && <p className="mt-3 max-w-measure text-quiet">{note}</p>}
      {deviations.length > 0 && (
        <div className="mt-4 max-w-measure">
          <h3 className="font-sans text-sm font-semibold">Differs from what was declared</h3>
          <ul className="list-disc pl-5 text-sm">
            {deviations.map((deviation) => (
              <li key={deviation}>{deviation}</li>
            ))}
          </ul>
        </div>
      )}
      {installed.length > 0 && (
        <details className="fold mt-4">
          <summary className="flex min-h-8 items-center font-medium">
            {formatCount(installed.length, "package")} installed
          </summary>
          <ul className="mt-2 columns-2 gap-8 text-[0.8125rem] sm:columns-3">
            {installed.map(({ name, version }) => (
              <li key={name} className="break-inside-avoid py-px font-mono text-[0.75rem]">
                {name} <span className="text-quiet">{version}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}
