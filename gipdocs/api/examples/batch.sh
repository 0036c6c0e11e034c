# 一次提交，生成多份：base是各件相同的填写项，items里是每一件不同的；答复是批次，links指明在哪里查看、下载
base=$(curl -sS http://127.0.0.1:8000/api/v1/documents/reply-granted/sample)
curl -sS --fail-with-body -H 'Content-Type: application/json' -H 'Idempotency-Key: 2026-03-reply-1' --data-binary @- \
     http://127.0.0.1:8000/api/v1/batches <<END
{"document": "reply-granted", "format": "docx", "title": "三月的答复", "base": $base,
 "items": [{"answers": {"number": "聊机管公开〔2026〕21号"}},
           {"answers": {"number": "聊机管公开〔2026〕22号"}}]}
END
