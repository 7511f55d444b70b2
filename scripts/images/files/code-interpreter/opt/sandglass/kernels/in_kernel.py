"""Runs in every kernel before anything else."""
import math
import os


def _columns(frame):
    return {str(name): [_plain(value) for value in column] for name, column in frame.items()}


def _plain(value):
    if hasattr(value, "isoformat"):
        return value.isoformat()
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, (int, float)) else str(value)


def install(shell):
    from IPython.core.formatters import BaseFormatter
    from traitlets import ObjectName, Unicode

    class FrameFormatter(BaseFormatter):
        """The columns of a table, beside its text and HTML."""

        format_type = Unicode("e2b/data")
        print_method = ObjectName("_repr_e2b_data_")
        _return_type = dict

    formatter = FrameFormatter(parent=shell.display_formatter)
    formatter.for_type_by_name("pandas.core.frame", "DataFrame", _columns)
    shell.display_formatter.formatters[formatter.format_type] = formatter


class Environment:
    """Variables of one execution; what was there before comes back after it."""

    before = None

    @classmethod
    def put(cls, values):
        cls.before = {name: os.environ.get(name) for name in values}
        os.environ.update(values)

    @classmethod
    def restore(cls):
        for name, value in (cls.before or {}).items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        cls.before = None
