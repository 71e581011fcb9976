using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.HashiCorp.Auth;

/// <summary>A token that a Vault agent keeps in a file and renews there; read again whenever the file changes.</summary>
internal sealed class TokenFileLogin(string path) : LoginSource
{
    private (DateTime Written, long Length) _seen;

    /// <inheritdoc/>
    public override string Description => $"token in {path}";

    /// <inheritdoc/>
    public override bool OwnsToken => false;

    /// <inheritdoc/>
    public override ValueTask<LoginResult> LoginAsync(VaultCalls calls, Deadline deadline, CancellationToken cancellationToken)
    {
        _seen = Look();
        return ValueTask.FromResult(new LoginResult(new HeldToken(SecretFile.Read(path, "token", oneWord: true), accessor: null, TimeSpan.Zero, renewable: false, calls.Time), null));
    }

    /// <inheritdoc/>
    public override bool HasChanged() => Look() != _seen;

    private (DateTime, long) Look() => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;
}
