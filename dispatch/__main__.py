"""`python -m dispatch` is the command `dispatch`."""

import sys

from dispatch.cli import main

sys.exit(main())
