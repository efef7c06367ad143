"""How much one operation may ask for.

Its text has a length (`documents`), what it says is bounded without looking at the schema
(`bounds`), then its cost with the variables given (`cost`), and at last what it has written
(`answer`).
"""

from luxx.schema.limits.cost import CostLimiter
from luxx.schema.limits.documents import Documents

EXTENSIONS = (Documents, CostLimiter)
