"""The public log at a calendar that the reference library makes, and what the public client (`ots`) does with the proof.

    anchored.py TOUCHSTONE FOLDER

Nothing of ours makes or reads a proof here but the binary: the calendar's answers, the reading and the upgrading are
python-opentimestamps and opentimestamps-client. The last line is the result.
"""

import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading

from opentimestamps.core.notary import BitcoinBlockHeaderAttestation, PendingAttestation
from opentimestamps.core.op import OpAppend, OpPrepend, OpSHA256
from opentimestamps.core.serialize import BytesDeserializationContext, BytesSerializationContext
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp, make_merkle_tree

from lib.claims import Claims

HEIGHT = 900_000
# A calendar is asked again after 20 minutes.
LATER = ("faketime", "-f", "+25m")
MUCH_LATER = ("faketime", "-f", "+50m")


class Calendar(http.server.ThreadingHTTPServer):
    """Promises at once, and has a block when it is told to."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.promised = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def promise(self, digest):
        stamp = Timestamp(digest)
        promised = stamp.ops.add(OpPrepend(b"\x01\x02\x03\x04")).ops.add(OpSHA256())
        promised = promised.ops.add(OpAppend(os.urandom(8)))
        promised.attestations.add(PendingAttestation(self.url))
        self.promised[promised.msg] = None
        return stamp

    def mine(self):
        """A block with everything that was promised, among others."""
        stamps = [Timestamp(message) for message in self.promised]
        for stamp in stamps:
            self.promised[stamp.msg] = stamp
        others = [Timestamp(os.urandom(32)) for _ in range(5)]
        tip = make_merkle_tree([*others[:2], *stamps, *others[2:]])
        transaction = tip.ops.add(OpPrepend(b"\x01" * 40)).ops.add(OpAppend(b"\x00" * 4))
        root = transaction.ops.add(OpSHA256()).ops.add(OpSHA256())
        root.attestations.add(BitcoinBlockHeaderAttestation(HEIGHT))
        return root.msg


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        accepts = self.headers["Accept"] == "application/vnd.opentimestamps.v1"
        if self.path != "/digest" or len(body) != 32 or not accepts:
            return self.send_error(400)
        self.answer(self.server.promise(body))

    def do_GET(self):
        message = bytes.fromhex(self.path.removeprefix("/timestamp/"))
        known = self.server.promised.get(message)
        if known is None:
            return self.send_error(404, "Pending confirmation in Bitcoin blockchain")
        self.answer(known)

    def answer(self, stamp):
        out = BytesSerializationContext()
        stamp.serialize(out)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(out.getbytes())

    def log_message(self, *_):
        pass


def read(proof):
    return DetachedTimestampFile.deserialize(BytesDeserializationContext(proof))


def main(touchstone, folder):
    claims = Claims()
    calendar = Calendar()
    environment = os.environ | {
        "TOUCHSTONE_LOG_ANCHORS": f"opentimestamps bitcoin {calendar.url}",
        "TOUCHSTONE_FETCH_LOOPBACK": "true",
        "HOME": str(folder),
    }
    data = folder / "data"

    def run(*arguments, before=()):
        command = [*before, touchstone, *arguments, "--data", str(data), "--local"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        claims.check(f"{arguments} ends well", done.returncode == 0, done.stderr)
        return done.stdout

    def ots(*arguments):
        program = pathlib.Path(sys.executable).parent / "ots"
        command = [program, "--whitelist", calendar.url, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    run("init", "--name", "Example University", "--slug", "example", "--email", "a@example.edu")
    run("work", "--once")
    listed = json.loads(run("log", "anchors", "--json"))
    one = listed["checkpoints"][0]
    claims.check("a promise is pending", one["state"] == "pending", one)
    run("publish", "--to", str(folder / "public"))
    text = (folder / "public" / one["text"]).read_bytes()
    place = folder / "public" / one["proof"]
    proof = place.read_bytes()

    # As the reference reads it, and writes it.
    stamp = read(proof)
    claims.check("it is over the three lines", stamp.file_digest == hashlib.sha256(text).digest())
    out = BytesSerializationContext()
    stamp.serialize(out)
    claims.check("the library writes the same bytes", out.getbytes() == proof)
    code, said = ots("info", str(place))
    claims.check("the client reads it", code == 0 and "verify PendingAttestation" in said, said)

    # Before there is a block the calendar knows no more, and nothing is lost by asking.
    run("work", "--once", before=LATER)
    listed = json.loads(run("log", "anchors", "--json"))
    claims.check("it is pending still", listed["checkpoints"][0]["state"] == "pending", listed)

    # The client completes it, from the calendar that stands in it.
    root = calendar.mine()
    code, said = ots("upgrade", str(place))
    claims.check("the client upgrades it", code == 0, said)
    attested = list(read(place.read_bytes()).timestamp.all_attestations())
    block = (root, BitcoinBlockHeaderAttestation(HEIGHT))
    claims.check("it leads to the block", block in attested, attested)
    code, said = ots("info", str(place))
    claims.check("the client names the block", f"BitcoinBlockHeaderAttestation({HEIGHT})" in said, said)

    # And so do we: what the library reads of it is what it made.
    run("work", "--once", before=MUCH_LATER)
    one = json.loads(run("log", "anchors", "--json"))["checkpoints"][0]
    claims.check("it is confirmed", (one["state"], one["block"]) == ("confirmed", HEIGHT), one)
    run("publish", "--to", str(folder / "completed"))
    completed = folder / "completed" / one["proof"]
    stamp = read(completed.read_bytes())
    attested = list(stamp.timestamp.all_attestations())
    claims.check("ours leads to the block", block in attested, attested)
    claims.check("it says what the client's says", stamp == read(place.read_bytes()))
    code, said = ots("info", str(completed))
    claims.check("the client reads ours", f"BitcoinBlockHeaderAttestation({HEIGHT})" in said, said)
    calendar.shutdown()
    return claims.finish()


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1], pathlib.Path(sys.argv[2]))))
