import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { addresses } from "#app/api/addresses.ts";
import { openApiDocument } from "#app/api/openapi.ts";
import { repositoryRoot } from "#lib/config.ts";

const document = z
  .object({
    openapi: z.string().startsWith("3.1."),
    info: z.object({ title: z.string(), version: z.string() }),
    paths: z.record(
      z.string().startsWith("/"),
      z.partialRecord(
        z.enum(["get", "post", "put", "patch", "delete"]),
        z.object({
          operationId: z.string().min(1),
          summary: z.string().min(1),
          parameters: z.array(
            z.object({
              name: z.string(),
              in: z.enum(["path", "query"]),
              required: z.boolean(),
              schema: z.record(z.string(), z.unknown()),
            }),
          ),
          requestBody: z
            .object({ content: z.record(z.string(), z.record(z.string(), z.unknown())) })
            .optional(),
          responses: z.record(
            z.string().regex(/^(?:[1-5]\d\d|default)$/),
            z.object({ description: z.string().min(1), content: z.unknown().optional() }),
          ),
        }),
      ),
    ),
    components: z.object({
      schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
      securitySchemes: z.record(z.string(), z.unknown()),
    }),
  })
  .parse(JSON.parse(JSON.stringify(openApiDocument("http://localhost:3000"))));

/** Served by better-auth, or no part of what the document describes. */
const elsewhere = ["/api/auth/{all}", "/api/{unknown}", "/api/openapi.json"];

function routeFiles(folder: string): string[] {
  return readdirSync(path.join(repositoryRoot, "app", folder), { recursive: true })
    .map((name) => path.posix.join("/", folder, String(name).split(path.sep).join("/")))
    .filter((name) => name.endsWith("/route.ts"))
    .map((name) => name.slice(0, -"/route.ts".length).replace(/\[(?:\.\.\.)?(\w+)\]/g, "{$1}"));
}

test("every route file of the API is in the document, and nothing else", () => {
  const files = [...routeFiles("api"), ...routeFiles("doi"), "/health", "/metrics"];
  expect(Object.keys(document.paths).sort()).toEqual(
    files.filter((file) => !elsewhere.includes(file)).sort(),
  );
});

test("every address of the contract is there with its methods", () => {
  const contract: Record<string, string[]> = {
    "/api/publications": ["get", "post"],
    "/api/publications/{id}": ["get"],
    "/api/publications/{id}/versions": ["get", "post"],
    "/api/publications/{id}/versions/{n}": ["get"],
    "/api/publications/{id}/versions/{n}/files": ["get"],
    "/api/publications/{id}/versions/{n}/files/{path}": ["get"],
    "/api/publications/{id}/versions/{n}/archive": ["get"],
    "/api/publications/{id}/versions/{n}/withdraw": ["post"],
    "/api/publications/{id}/draft/metadata": ["put"],
    "/api/publications/{id}/draft/files/{path}": ["put", "delete"],
    "/api/publications/{id}/publish": ["post"],
    "/doi/{doi}": ["get"],
    "/api/builds": ["post"],
    "/api/builds/{id}": ["get", "delete"],
    "/api/builds/{id}/log": ["get"],
    "/api/builds/{id}/events": ["get"],
    "/api/sessions": ["get", "post"],
    "/api/sessions/{id}": ["get", "delete"],
    "/api/sessions/{id}/events": ["get"],
    "/api/sessions/{id}/extend": ["post"],
    "/api/sessions/{id}/save": ["post"],
    "/api/forks": ["post"],
    "/health": ["get"],
  };
  for (const [address, methods] of Object.entries(contract)) {
    expect(Object.keys(document.paths[address] ?? {}), address).toEqual(methods);
  }
});

test("operations have names of their own, and each path parameter is declared", () => {
  const operations = Object.entries(document.paths).flatMap(([address, operations]) =>
    Object.values(operations).map((operation) => ({ address, operation })),
  );
  const ids = operations.map(({ operation }) => operation?.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { address, operation } of operations) {
    const wanted = [...address.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = operation?.parameters.filter((one) => one.in === "path") ?? [];
    expect(declared.map((one) => one.name).sort(), address).toEqual(wanted.sort());
    expect(declared.every((one) => one.required)).toBe(true);
  }
});

test("what is answered beside the usual is declared too: it is no problem", () => {
  const created = document.paths["/api/publications"]?.post?.responses;
  expect(created?.["202"]?.content).toEqual(created?.["201"]?.content);
  const file = document.paths["/api/publications/{id}/versions/{n}/files/{path}"]?.get?.responses;
  expect(file?.["206"]?.content).toEqual(file?.["200"]?.content);
  expect(file?.["304"]?.content).toBeUndefined();
  expect(document.paths["/doi/{doi}"]?.get?.responses["302"]?.content).toBeUndefined();
});

test("every reference leads somewhere, and every error is a problem", () => {
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(Object.keys(document.components.schemas)).toContain(name);
  }
  expect(text.match(/"\$ref":"(?!#\/components)/)).toBeNull();
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations)) {
      expect(JSON.stringify(operation?.responses.default)).toContain("application/problem+json");
    }
  }
});

test("methods that an address does not have are handled, but are no part of the document", () => {
  const handlers = addresses["/api/forks"];
  expect(handlers?.GET).toBeTypeOf("function");
  expect(Object.keys(document.paths["/api/forks"] ?? {})).toEqual(["post"]);
});
