# 只检查，不生成：把成文日期改为星期六，检查结果指明它不是工作日
curl -sS http://127.0.0.1:8000/api/v1/documents/reply-granted/sample |
  sed 's/2026-03-20/2026-03-21/' |
  curl -sS -H 'Content-Type: application/json' --data-binary @- \
       http://127.0.0.1:8000/api/v1/documents/reply-granted/check
