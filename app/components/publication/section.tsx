/** A numbered part of the page below the paper: heading, rule, content. */
export function Section({
  id,
  title,
  children,
}: {
  id: string;
  title: string;
  children: React.ReactNode;
}) {
  return (
    <section id={id} aria-labelledby={`${id}-heading`} className="border-t border-rule pt-5 pb-8">
      <h2 id={`${id}-heading`} className="mb-3 text-[1.375rem] font-semibold">
        {title}
      </h2>
      {children}
    </section>
  );
}
