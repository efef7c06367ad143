"""`python -m luxx` is `luxx`."""

from luxx.cli import main

if __name__ == "__main__":
    main()
