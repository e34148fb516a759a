from .activityd import Activityd
from .contender import Contender
from .fan_floor import FanFloor
from .floor import Floor
from .nchan import Nchan
from .python_log import PythonLog
from .redis_pipeline import RedisPipeline
from .webdis import Webdis

# In the order of the tables. Activityd is first: its answers are the floor's.
HTTP = (Activityd, Floor, Nchan, Webdis, PythonLog)
BATCH = (Activityd, Floor, RedisPipeline, PythonLog, Nchan, Webdis)
LIVE = (Activityd, FanFloor, Nchan)

__all__ = ["BATCH", "HTTP", "LIVE", "Activityd", "Contender", "Floor", "Nchan", "RedisPipeline"]
