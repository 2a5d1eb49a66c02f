"""Memory of the program at hand."""

import re
import resource


def peak_megabytes():
    """Highest resident memory so far."""
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024
    except OSError:
        # On Linux this would begin at what the program that started this one had.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
