namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>Where a vault is.</summary>
internal sealed record VaultClientOptions
{
    /// <summary>Scheme, host and port: https, or http to loopback when <see cref="AllowPlainHttp"/>.</summary>
    public required Uri Address { get; init; }

    /// <summary>Whether plain http to loopback is allowed. Default false.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>The namespace, or <c>null</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>A PEM file with the roots that are trusted instead of the machine's, or <c>null</c>.</summary>
    public string? CaFile { get; init; }

    /// <summary>A PEM file with the client's certificate, or <c>null</c>.</summary>
    public string? CertFile { get; init; }

    /// <summary>A PEM file with the key of <see cref="CertFile"/>, which only its owner may read.</summary>
    public string? KeyFile { get; init; }
}
