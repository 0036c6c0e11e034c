# 全部文书：标识（id）、名称、格式
curl -sS http://127.0.0.1:8000/api/v1/documents
