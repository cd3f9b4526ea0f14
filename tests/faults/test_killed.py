import time
def test_time(start, place):
    for i in range(4):
        t=time.time(); c=start("run","faulty.yaml"); code=c.end(); print(code, time.time()-t)
    print(c.said)
    assert 0
