"""A receiver of webhooks that knows nothing of Tether: prints its address, then a line of JSON for each delivery."""
import base64
import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRET = sys.argv[1].encode()


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp = self.headers["X-HubSpot-Request-Timestamp"]
        url = "http://%s%s" % (self.headers["Host"], self.path)
        wanted = hmac.new(SECRET, ("POST" + url).encode() + body + stamp.encode(), hashlib.sha256).digest()
        fine = hmac.compare_digest(base64.b64encode(wanted).decode(), self.headers["X-HubSpot-Signature-v3"])
        print(json.dumps({"signed": fine, "events": json.loads(body)}), flush=True)
        self.send_response(200 if fine else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
print("http://127.0.0.1:%d/hooks" % server.server_port, flush=True)
server.serve_forever()
