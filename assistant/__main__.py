"""`python -m assistant` is `policy-assistant`."""

from assistant.cli import main

if __name__ == "__main__":
    main()
