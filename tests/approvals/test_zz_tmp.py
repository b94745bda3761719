import time
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.approvals.conftest import purchase, yes
def test_speed(cast):
    with CaptureQueriesContext(connection) as c: i=purchase(cast)
    print("start",len(c))
    for who in (cast.nora,cast.nora,cast.sol):
        with CaptureQueriesContext(connection) as c: yes(who,i)
        print("decide",len(c))
    for _ in range(3):
        t=time.process_time(); w=time.perf_counter()
        for _ in range(20): i=purchase(cast); yes(cast.nora,i); yes(cast.nora,i); yes(cast.sol,i)
        print("cpu",time.process_time()-t,"wall",time.perf_counter()-w)
