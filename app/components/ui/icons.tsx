const shapes = {
  play: <path d="M4.5 2.8v10.4L13 8z" fill="currentColor" stroke="none" />,
  fork: (
    <>
      <circle cx="4" cy="3.5" r="1.6" />
      <circle cx="12" cy="3.5" r="1.6" />
      <circle cx="8" cy="12.5" r="1.6" />
      <path d="M4 5.1v1.4c0 1.2.8 1.8 2 1.8h4c1.2 0 2-.6 2-1.8V5.1M8 8.3v2.6" />
    </>
  ),
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1" />
      <path d="M10.5 5.5v-3h-8v8h3" />
    </>
  ),
  check: <path d="m2.8 8.4 3.4 3.4 7-7.6" />,
  cross: <path d="m3.5 3.5 9 9m0-9-9 9" />,
  warning: <path d="M8 1.8 15 14H1zM8 6.2v3.6m0 1.7v.6" />,
  info: (
    <>
      <circle cx="8" cy="8" r="6.3" />
      <path d="M8 7.2v4.2M8 4.6v.6" />
    </>
  ),
  bolt: <path d="M9.3 1.5 3.5 9h4l-.8 5.5L12.5 7h-4z" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6.3" />
      <path d="M8 4.2V8l2.6 1.8" />
    </>
  ),
  turning: <path d="M14 8a6 6 0 1 1-2-4.47M14 1.5v3.2h-3.2" />,
  stopped: (
    <>
      <circle cx="8" cy="8" r="6.3" />
      <path d="m5.5 5.5 5 5m0-5-5 5" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.7" />
      <path d="m10.5 10.5 4 4" />
    </>
  ),
  file: <path d="M3.5 1.5h6l3 3v10h-9zM9.5 1.5v3h3" />,
  folder: <path d="M1.5 3.5h4.5l1.5 1.8h7v8h-13z" />,
  download: <path d="M8 1.5v8.6m0 0L4.7 6.8M8 10.1l3.3-3.3M2 13.8h12" />,
  external: <path d="M6.5 3h-4v10.5H13v-4M9 2h5v5m0-5L7.5 8.5" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3" />
    </>
  ),
  person: (
    <>
      <circle cx="8" cy="5" r="3" />
      <path d="M2 14.5c.4-3.3 2.7-5 6-5s5.6 1.7 6 5" />
    </>
  ),
  plus: <path d="M8 2.5v11M2.5 8h11" />,
  up: <path d="M8 13.5v-11m0 0L3.5 7M8 2.5 12.5 7" />,
  down: <path d="M8 2.5v11m0 0L3.5 9M8 13.5 12.5 9" />,
  trash: <path d="M2.5 4h11M6 4V2.2h4V4M4 4l.7 10h6.6L12 4" />,
  upload: <path d="M8 10.5v-9m0 0L4.7 4.8M8 1.5l3.3 3.3M2 10v4h12v-4" />,
} as const;

export type IconName = keyof typeof shapes;

/** A small drawing beside a word. It says nothing by itself: screen readers pass over it. */
export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="1em"
      height="1em"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${className}`}
      aria-hidden="true"
      focusable="false"
    >
      {shapes[name]}
    </svg>
  );
}
