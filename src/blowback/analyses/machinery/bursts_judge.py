"""x"""
RULES=()
def judge(g): return ()
