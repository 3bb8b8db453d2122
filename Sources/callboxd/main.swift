print("callbox: not built yet")
