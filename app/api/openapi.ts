import { z } from "zod";
import { addresses, methods } from "./addresses.ts";
import * as answers from "./answers.ts";
import type { AnyDeclaration } from "./kit.ts";

type Json = Record<string, unknown>;

const named = new Map<z.ZodType, string>(
  Object.entries(answers).map(([name, schema]) => [schema, name.replace(/Answer$/, "")]),
);

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io,
    unrepresentable: "any",
  });
  return rest;
}

/** A reference where the schema has a name, else the schema itself. */
function answerSchema(schema: z.ZodType): Json {
  const name = named.get(schema);
  if (name) return { $ref: `#/components/schemas/${name}` };
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodType) {
    return { type: "array", items: answerSchema(schema.element) };
  }
  return jsonSchema(schema, "input");
}

function parameters(declaration: AnyDeclaration): Json[] {
  const of = (where: "path" | "query", schema: z.ZodType | undefined) => {
    if (!schema) return [];
    const { properties = {}, required = [] } = jsonSchema(schema, "input") as {
      properties?: Record<string, Json>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, { description, ...property }]) => ({
      name,
      in: where,
      required: where === "path" || required.includes(name),
      ...(description === undefined ? {} : { description }),
      // OpenAPI has no parameter of several segments: the slashes are part of the value.
      schema: property.type === "array" ? { type: "string" } : property,
    }));
  };
  return [...of("path", declaration.params), ...of("query", declaration.query)];
}

function requestBody(declaration: AnyDeclaration): Json {
  const { body, uploads = [] } = declaration;
  if (!body && uploads.length === 0) return {};
  const content: Json = {};
  if (body) content["application/json"] = { schema: jsonSchema(body, "input") };
  for (const mediaType of uploads) content[mediaType] = {};
  return { requestBody: { required: true, content } };
}

function operation(address: string, method: string, declaration: AnyDeclaration): Json {
  const { answer, status = 200, also = {}, role } = declaration;
  const mediaType = answer?.mediaType ?? "application/json";
  const schema = answer?.schema ? { schema: answerSchema(answer.schema) } : {};
  const hasContent = answer?.schema !== undefined || answer?.mediaType !== undefined;
  const content = hasContent ? { content: { [mediaType]: schema } } : {};
  const words = address.replace(/[{}]/g, "").split(/[/-]/).filter(Boolean);
  const [tag = "api"] = words.filter((word) => word !== "api");
  return {
    operationId: [method, ...words.filter((word) => word !== "api")].join("_"),
    summary: declaration.summary,
    tags: [tag],
    security: [...(role ? [] : [{}]), { token: [] }, { login: [] }],
    parameters: parameters(declaration),
    ...requestBody(declaration),
    responses: {
      [status]: {
        description: answer?.description ?? "Done.",
        ...content,
      },
      ...Object.fromEntries(
        Object.entries(also).map(([code, description]) => [
          code,
          { description, ...(code.startsWith("2") ? content : {}) },
        ]),
      ),
      default: {
        description: "What went wrong, and what to do.",
        content: { "application/problem+json": { schema: answerSchema(answers.Problem) } },
      },
    },
  };
}

/** The OpenAPI 3.1 document, made of the same schemas that validate requests. */
export function openApiDocument(server: string): Json {
  const paths: Record<string, Json> = {};
  for (const [address, handlers] of Object.entries(addresses)) {
    const operations: Json = {};
    for (const method of methods) {
      const declaration = handlers[method]?.declaration;
      if (!declaration) continue;
      operations[method.toLowerCase()] = operation(address, method.toLowerCase(), declaration);
    }
    paths[address] = operations;
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Colophon",
      version: "1",
      description:
        "Publish, read, run and fork computational papers. Errors are application/problem+json with a stable code.",
      license: { name: "See the repository" },
    },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: Object.fromEntries([...named].map(([s, name]) => [name, jsonSchema(s, "input")])),
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token." },
        login: { type: "apiKey", in: "cookie", name: "colophon_login" },
      },
    },
  };
}
