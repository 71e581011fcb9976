namespace AgentRuntime.Cli.Output;

/// <summary>What every command takes.</summary>
/// <param name="Workspace">The folder of the workspace, or <c>null</c> to look for it.</param>
/// <param name="Json">One JSON document on standard output.</param>
/// <param name="Color">Colours on a terminal.</param>
/// <param name="Verbose">Details and debug logs.</param>
internal sealed record GlobalOptions(string? Workspace, bool Json, bool Color, bool Verbose)
{
    /// <summary>The inherited file descriptor with the passphrase of the secret store, or <c>null</c> to ask for it.</summary>
    public int? PassphraseDescriptor { get; init; }

    /// <summary>The file with the token of the person who typed the command, or <c>null</c>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Whether the command takes such a file.</summary>
    public bool TakesTokenFile { get; init; }
}
