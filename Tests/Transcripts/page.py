"""What answers on a network where one has to sign in first: a page over plain HTTP, whatever is asked.

    page.py PORT
"""

import http.server
import sys


class Page(http.server.BaseHTTPRequestHandler):
    """The same page for everything."""

    def do_GET(self):
        content = b"<title>Welcome to our guests' network</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page)
    print("A page is shown at port %s." % sys.argv[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
