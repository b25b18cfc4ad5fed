"use client";
import { useRouter } from "next/navigation";
import { useRef, useTransition } from "react";

/** The gallery's form. Without JavaScript it has a button; with it, a choice takes effect at once, words when one pauses. */
export function FilterForm({ children }: { children: React.ReactNode }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [isPending, startTransition] = useTransition();

  const search = (delay: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (!form.current) return;
      const query = new URLSearchParams();
      for (const [key, value] of new FormData(form.current)) {
        if (typeof value === "string" && value.trim() && !(key === "sort" && value === "newest")) {
          query.set(key, value.trim());
        }
      }
      const text = query.toString();
      startTransition(() => router.replace(text ? `/?${text}` : "/", { scroll: false }));
    }, delay);
  };

  return (
    <search aria-label="Papers">
      <form
        ref={form}
        action="/"
        aria-busy={isPending}
        className="flex flex-wrap items-center gap-2.5"
        onSubmit={(event) => {
          event.preventDefault();
          search(0);
        }}
        onChange={(event) => {
          const isText = event.target instanceof HTMLInputElement && event.target.type === "search";
          search(isText ? 350 : 0);
        }}
      >
        {children}
        <noscript>
          <button type="submit" className="button">
            Search
          </button>
        </noscript>
      </form>
    </search>
  );
}
