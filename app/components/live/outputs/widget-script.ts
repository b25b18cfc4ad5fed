let fetched: Promise<string> | undefined;

async function load(): Promise<string> {
  const response = await fetch("/frames/widgets");
  if (!response.ok) throw new Error(`the script for controls: ${response.status}`);
  return response.text();
}

/** The script that shows controls, fetched once a page; frames get it by message, as they have no network. */
export function widgetScript(): Promise<string> {
  fetched ??= load().catch((error: unknown) => {
    fetched = undefined;
    throw error;
  });
  return fetched;
}
