namespace AgentRuntime.TestKit;

/// <summary>A PostgreSQL that lives as long as the test run.</summary>
/// <param name="Host">The address.</param>
/// <param name="Port">The port.</param>
/// <param name="Superuser">The name of the superuser.</param>
/// <param name="Password">The superuser's password; a random one.</param>
public sealed record PostgresServer(string Host, int Port, string Superuser, string Password)
{
    /// <summary>Everything but the password.</summary>
    public override string ToString() => $"postgres at {Host}:{Port}";
}
