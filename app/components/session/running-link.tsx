import Link from "next/link";
import { countLive } from "#lib/sessions/index.ts";
import { viewer } from "../../reading.ts";
import { Icon } from "../ui/icons.tsx";

/** In the header: the way back to sessions that run, wherever one has got to. */
export async function RunningLink() {
  const { count, id } = await countLive(await viewer());
  if (count === 0 || id === null) return null;
  return (
    <Link
      href={count === 1 ? `/session/${id}` : "/me#sessions"}
      className="button button-quiet text-good"
    >
      <Icon name="play" />
      {count === 1 ? "Running" : `${count} running`}
      <span className="sr-only">: go on where you were</span>
    </Link>
  );
}
