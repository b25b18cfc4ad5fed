import type { Facet, PublicationPage, PublicationQuery } from "#lib/archive/index.ts";
import { licenseName } from "#lib/identifiers/index.ts";
import { Icon } from "../ui/icons.tsx";
import { FilterForm } from "./filter-form.tsx";
import { sorts } from "./query.ts";

interface Props {
  query: PublicationQuery;
  facets: PublicationPage["facets"];
}

/** Search and filters: a plain GET form, which a script sends by itself when a choice changes. */
export function Filters({ query, facets }: Props) {
  return (
    <FilterForm>
      <label className="relative min-w-0 flex-[2_1_18rem]">
        <span className="sr-only">Search papers</span>
        <Icon name="search" className="absolute left-3 top-3 text-quiet" />
        <input
          type="search"
          name="q"
          defaultValue={query.q ?? ""}
          placeholder="Title, author, subject or words"
          className="field h-10 pl-9"
        />
      </label>
      <Choice
        name="subject"
        label="Field"
        all="All fields"
        value={query.subject}
        facets={facets.fields}
      />
      <Choice
        name="language"
        label="Language"
        all="All languages"
        value={query.language}
        facets={facets.languages}
      />
      <Choice
        name="license"
        label="Licence"
        all="All licences"
        value={query.license}
        facets={facets.licenses}
        nameOf={(id) => (licenseName(id).length > 30 ? id : licenseName(id))}
      />
      <label className="min-w-0 flex-[1_1_8.5rem]">
        <span className="sr-only">Order</span>
        <select name="sort" defaultValue={query.sort ?? "newest"} className="field h-10">
          {Object.entries(sorts).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="flex min-h-10 items-center gap-2 text-sm">
        <input
          type="checkbox"
          name="data"
          value="1"
          defaultChecked={query.data ?? false}
          className="size-[1.125rem] accent-[var(--accent)]"
        />
        Has data
      </label>
    </FilterForm>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  all: string;
  value: string | undefined;
  facets: Facet[];
  nameOf?: (value: string) => string;
}

function Choice({ name, label, all, value, facets, nameOf = (text) => text }: ChoiceProps) {
  const missing = value && !facets.some((facet) => facet.value === value);
  const choices = missing ? [...facets, { value, count: 0 }] : facets;
  return (
    <label className="min-w-0 flex-[1_1_8.5rem]">
      <span className="sr-only">{label}</span>
      <select name={name} defaultValue={value ?? ""} className="field h-10">
        <option value="">{all}</option>
        {choices.map((facet) => (
          <option key={facet.value} value={facet.value}>
            {nameOf(facet.value)} ({facet.count})
          </option>
        ))}
      </select>
    </label>
  );
}
