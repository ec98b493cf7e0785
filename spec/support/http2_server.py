"""A server of HTTP/2 that gives requests back, as proxies do that are restarted: what nginx does by chance only.

http2_server.py CERTIFICATE KEY HOW TIMES: refuses (HOW "refuse": REFUSED_STREAM; "goodbye": GOAWAY below the stream;
"break": RST_STREAM with INTERNAL_ERROR, which says nothing of the request) the first TIMES requests and answers the
others with 201. It prints its port, then a line for each request: how it ended."""
import json
import socket
import ssl
import sys
import threading

import h2.config
import h2.connection
import h2.events

certificate, key, how, times = sys.argv[1:4] + [int(sys.argv[4])]
lock = threading.Lock()


def is_refused():
    global times
    with lock:
        times -= 1
        print("refused" if times >= 0 else "worked", flush=True)
        return times >= 0


def answer(connection, stream):
    body = json.dumps({"id": "7", "properties": {}, "createdAt": "2026-01-01T00:00:00Z"}).encode()
    connection.send_headers(stream, [(":status", "201"), ("content-type", "application/json")])
    connection.send_data(stream, body, end_stream=True)


def refuse(connection, stream):
    if how == "goodbye":
        connection.close_connection(error_code=0, last_stream_id=0)
    else:
        connection.reset_stream(stream, error_code=7 if how == "refuse" else 2)


def serve(client):
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    client.sendall(connection.data_to_send())
    try:
        while data := client.recv(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.StreamEnded):
                    (refuse if is_refused() else answer)(connection, event.stream_id)
            client.sendall(connection.data_to_send())
    except (OSError, h2.exceptions.ProtocolError):
        pass
    client.close()


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.set_alpn_protocols(["h2"])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    accepted = listener.accept()[0]
    try:
        threading.Thread(target=serve, args=(context.wrap_socket(accepted, server_side=True),), daemon=True).start()
    except OSError:
        accepted.close()
