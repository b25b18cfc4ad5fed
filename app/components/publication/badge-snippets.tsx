"use client";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { CopyButton } from "../ui/copy-button.tsx";

/** The same snippet in several notations, one shown at a time. */
export function BadgeSnippets({ snippets }: { snippets: { id: string; text: string }[] }) {
  return (
    <Tabs className="max-w-[48rem] border border-rule bg-sheet">
      <TabList aria-label="Notation" className="flex flex-wrap border-b border-rule px-2">
        {snippets.map(({ id }) => (
          <Tab
            key={id}
            id={id}
            className="-mb-px min-h-9 cursor-pointer border-b-2 border-transparent px-3 py-1.5 text-sm text-quiet data-[selected]:border-accent data-[selected]:text-ink"
          >
            {id}
          </Tab>
        ))}
      </TabList>
      {snippets.map(({ id, text }) => (
        <TabPanel key={id} id={id} className="flex items-start gap-2 px-3 py-2.5">
          <pre className="min-w-0 flex-1 whitespace-pre-wrap break-all text-[0.75rem] leading-relaxed">
            <code>{text}</code>
          </pre>
          <CopyButton text={text} what={`${id} badge`} />
        </TabPanel>
      ))}
    </Tabs>
  );
}
