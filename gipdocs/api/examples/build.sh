# 取一份能够生成的填写内容，据此制作DOCX；改为format=pdf就是PDF
curl -sS http://127.0.0.1:8000/api/v1/documents/reply-granted/sample -o answers.json
curl -sS --fail-with-body -H 'Content-Type: application/json' --data-binary @answers.json \
     -o reply.docx 'http://127.0.0.1:8000/api/v1/documents/reply-granted?format=docx'
