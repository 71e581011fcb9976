using System.Collections.Frozen;

namespace AgentRuntime.Scrubbing.Forms;

/// <summary>Words that stand in every log. A credential equal to one of them is redacted only where it is quoted, so that it cannot blank the logs.</summary>
internal static class CommonWords
{
    private static readonly FrozenSet<string> Words = FrozenSet.ToFrozenSet(
        [
            "password", "passwd", "secret", "admin", "administrator", "root", "user", "username", "test", "testing", "tester", "guest", "default", "demo",
            "true", "false", "null", "none", "undefined", "empty", "localhost", "example", "changeme", "change-me", "token", "bearer", "basic", "apikey",
            "api_key", "api-key", "value", "values", "string", "number", "object", "error", "warning", "info", "debug", "trace", "letmein", "welcome",
            "postgres", "postgresql", "mysql", "redis", "mongo", "mongodb", "service", "server", "client", "customer", "account", "content", "message",
            "invoice", "payment", "document", "documents", "production", "staging", "development", "database", "workflow", "credential", "credentials",
            "succeeded", "failed", "cancelled", "running", "result", "results", "status", "12345678", "123456789", "1234567890", "1234", "12345", "123456",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the value is a common word, in any letter case.</summary>
    public static bool Contains(string value) => Words.Contains(value);
}
