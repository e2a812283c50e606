"""What coding agents use: a server of the Model Context Protocol.

Needs the extra `funclens[mcp]`; nothing else imports this package but `funclens mcp`.
"""
