"""The codes of events, reasons, commands and results by name, as Python sees them: those in codes.pxd."""

EVENT_KINDS = tuple(k.name[3:].lower() for k in EventKind)
REASONS = tuple(None if k == WHY_NONE else k.name[4:].lower() for k in Reason)
COMMANDS = {k.name[4:]: int(k) for k in CommandCode}
RESULTS = {k.name[2:]: int(k) for k in ResultCode}
