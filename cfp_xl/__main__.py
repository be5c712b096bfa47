"""`python -m cfp_xl` is `cfp-xl`."""

from cfp_xl.cli import main

if __name__ == "__main__":
    main()
