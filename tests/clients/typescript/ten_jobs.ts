// Ten jobs with a client that openapi-typescript has described and openapi-fetch runs; gives what came of them.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const LETTER = "reply-granted";

export async function doJobs(baseUrl: string) {
  const client = createClient<paths, "application/json">({ baseUrl });
  const id = { path: { id: LETTER } };

  const listed = (await client.GET("/api/v1/documents")).data;
  const schema = (await client.GET("/api/v1/documents/{id}/schema", { params: id })).data;
  const letter = (await client.GET("/api/v1/documents/reply-granted/sample")).data;
  if (!listed || !schema || !letter) throw new Error("no list, no schema or no sample");

  const checked = (await client.POST("/api/v1/documents/{id}/check", { params: id, body: letter })).data;
  const asFile = { params: id, body: letter, parseAs: "blob" } as const;
  const docx = (await client.POST("/api/v1/documents/{id}/docx", asFile)).data;
  const pdf = (await client.POST("/api/v1/documents/{id}/pdf", asFile)).data;
  const wrapped = (
    await client.POST("/api/v1/documents/reply-granted", {
      params: { query: { format: "pdf", envelope: "json" } },
      body: { ...letter, date: "2026-03-21" },
    })
  ).data;
  if (!checked || !docx || !pdf || !wrapped) throw new Error("not checked, or not built");

  return {
    documents: listed.documents.length,
    required: schema.required ?? [],
    applicant: letter.application.name,
    checked: checked.findings.map((finding) => finding.code),
    docx: docx.size,
    pdf: await pdf.slice(0, 5).text(),
    wrapped: atob(wrapped.content).slice(0, 5),
    findings: wrapped.findings.map((finding) => finding.code),
    ...(await reckon(baseUrl)),
  };
}

async function reckon(baseUrl: string) {
  const client = createClient<paths, "application/json">({ baseUrl });
  const deadline = (
    await client.POST("/api/v1/deadlines", {
      body: { kind: "answer", received: "2025-09-15", confirmed: "2025-09-15" },
    })
  ).data;
  const fee = (await client.POST("/api/v1/fees", { body: { method: "piece", count: 35, already: 0 } })).data;
  const judged = (await client.POST("/api/v1/reports/check", { body: { year: 2024 } })).data;
  if (!deadline || !fee || !judged) throw new Error("not reckoned");
  return { last_day: deadline.last_day, yuan: fee.yuan, year: judged.year };
}
