class MeasuringFailed(Exception):
    """The program, valgrind or their output is not what it should be."""
