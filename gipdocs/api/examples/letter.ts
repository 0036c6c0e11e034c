// 取示例填写内容，检查，制作DOCX；繁忙时等候重发，被退回时逐条说明。只用fetch，不需要安装什么。

const address = "http://127.0.0.1:8000";
const headers = { "Content-Type": "application/json" }; // 服务设有账号的，另加Authorization: "Bearer 密钥"
const letter = "/api/v1/documents/reply-granted";

interface Finding {
  code: string;
  severity: "error" | "warning" | "info";
  message: string;
  pointer: string;
}

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { pointer: string; code: string; detail: string }[];
}

/** 服务答复的错误；problem.type是错误的种类。 */
class Refusal extends Error {
  problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.title}：${problem.detail}`);
    this.problem = problem;
  }
}

/** 取回答复；有body的用POST。服务繁忙时，按Retry-After等候以后原样重发。 */
async function call(path: string, body?: unknown, tries = 3): Promise<Response> {
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(address + path, { headers, ...sent });
  if (answer.ok) return answer;
  const seconds = answer.headers.get("Retry-After");
  if (seconds === null || tries === 1) throw new Refusal((await answer.json()) as Problem);
  await new Promise((done) => setTimeout(done, Number(seconds) * 1000));
  return call(path, body, tries - 1);
}

async function main(): Promise<void> {
  const answers = (await (await call(`${letter}/sample`)).json()) as Record<string, unknown>;
  const checked = (await (await call(`${letter}/check`, answers)).json()) as { findings: Finding[] };
  for (const one of checked.findings) console.log(`${one.severity} ${one.code}：${one.message}`);
  const docx = new Uint8Array(await (await call(`${letter}?format=docx`, answers)).arrayBuffer());
  console.log(`reply.docx：${docx.length}字节`); // 在Node里用writeFile存盘，在浏览器里用Blob下载
  try {
    await call(letter, { ...answers, number: "聊机管公开〔2025〕12号" });
  } catch (error) {
    if (!(error instanceof Refusal) || error.problem.type !== "/api/problems/refused") throw error;
    for (const one of error.problem.errors ?? []) console.log(`${one.pointer} ${one.code}：${one.detail}`);
  }
}

void main();
