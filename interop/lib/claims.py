"""Claims that are counted; each that does not hold is told."""

import json
import sys


class Claims:
    def __init__(self):
        self.checks = self.failed = 0

    def check(self, claim, held, seen=None):
        self.checks += 1
        if not held:
            self.failed += 1
            print(f"FAILED {claim}: {seen}", file=sys.stderr)

    def finish(self):
        """Prints the last line, which is the result; gives how many did not hold."""
        print(json.dumps({"checks": self.checks, "failed": self.failed}))
        return self.failed
