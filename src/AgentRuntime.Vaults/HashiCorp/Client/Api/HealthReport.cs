namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>What a server says about itself.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Initialized">Whether it was set up.</param>
/// <param name="Sealed">Whether it can open its storage.</param>
/// <param name="Standby">Whether another node serves.</param>
/// <param name="Version">Its version.</param>
internal sealed record HealthReport(int Status, bool Initialized, bool Sealed, bool Standby, string Version)
{
    /// <summary>Reads the answer of <see cref="Sys.Health"/>.</summary>
    public static HealthReport Read(VaultResponse response) => new(
        response.Status,
        response.Root["initialized"].Bool() ?? false,
        response.Root["sealed"].Bool() ?? true,
        response.Root["standby"].Bool() ?? false,
        Printable(response.Root["version"].Text()));

    // Comes from the server and is printed.
    private static string Printable(string? version) =>
        version is { Length: > 0 and <= 64 } text && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+') ? text : "unknown";
}
