"""Checks a server as a SCIM provider with scim2-tester; tells each check in a line of JSON.

scim_check.py https://host/scim/v2 token
"""

import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import check_server

url, token = sys.argv[1:]
client = Client(base_url=url, headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"}, timeout=60)
for result in check_server(SyncSCIMClient(client)):
    told = {
        "check": result.title,
        "resource": result.resource_type,
        "status": result.status.name,
        "reason": result.reason,
    }
    print(json.dumps(told, ensure_ascii=False))
