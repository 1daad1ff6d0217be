"""What a user would pick instead of Restock, run as programs in an environment of their own.

The programs (`forecasters/`, `solvers/`) import NumPy, their own library and this package, and
nothing that Restock computes with; arrays go in and come out as `.npz` files. `make peers` builds
the environment from `requirements.lock`.
"""
