"""`python -m forbear` is `forbear`."""

from forbear.cli import main

if __name__ == "__main__":
    main()
