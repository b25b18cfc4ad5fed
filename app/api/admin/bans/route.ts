import { z } from "zod";
import { BanAnswer } from "#app/api/admin/answers.ts";
import { resource, route } from "#app/api/kit.ts";
import { addBan, banKinds, listBans } from "#lib/limits/index.ts";
import { endBanned } from "#lib/operator/index.ts";

const NewBan = z.object({
  kind: z.enum(banKinds),
  value: z
    .string()
    .min(1)
    .max(300)
    .describe(
      "An address or network; a user's id or e-mail address; a pattern with `*` and `?` over `provider/spec`.",
    ),
  reason: z.string().min(1).max(500).describe("Shown to whoever is refused."),
  expiresAt: z.iso.datetime().optional(),
  endSessions: z.boolean().default(false).describe("Also end what runs already."),
});

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: route({
    summary: "List who and what may not launch (administrators)",
    role: "administrator",
    answer: { schema: z.array(BanAnswer), description: "Newest first." },
    handle: ({ viewer }) => listBans(viewer),
  }),
  POST: route({
    summary: "Ban an address, a network, a person or repositories (administrators)",
    body: NewBan,
    role: "administrator",
    status: 201,
    answer: {
      schema: BanAnswer.extend({ endedSessions: z.number().int() }),
      description: "The ban, and how many sessions were ended.",
    },
    handle: async ({ body, viewer }) => {
      const { endSessions, expiresAt, ...rest } = body;
      const until = expiresAt === undefined ? undefined : new Date(expiresAt);
      const ban = await addBan(viewer, { ...rest, expiresAt: until });
      return { ...ban, endedSessions: endSessions ? await endBanned(viewer, ban) : 0 };
    },
  }),
});
