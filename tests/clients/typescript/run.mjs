import { doJobs } from "./built/ten_jobs.js";

process.stdout.write(JSON.stringify(await doJobs(process.argv[2])));
