using System.Security.Cryptography;
using System.Text;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Embedded;
using AgentRuntime.Vaults.Embedded.Keys;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp;

/// <summary>A random master key of the embedded store, kept in the store's header encrypted by a transit key. Opening the store asks the vault once.</summary>
/// <remarks>The vault never sees a value of the store, and the store's file alone opens nothing. Owns its connection to the vault for each call only.</remarks>
internal sealed class TransitMasterKey(VaultStoreOptions options, string mount, string key, TimeProvider time) : MasterKeySource
{
    private const string Purpose = "agentruntime embedded store master key";
    private readonly VaultPath _mount = VaultPath.Parse(mount);

    internal override string Kind => "vault_transit";

    internal override string Description => $"the transit key {mount}/{key} of the vault {options.Settings.Address.GetLeftPart(UriPartial.Authority)}";

    internal override bool LoadsSilently => true;

    internal override async ValueTask<NewMasterKey> CreateAsync(CancellationToken cancellationToken)
    {
        var bytes = MasterKey.NewBuffer();
        RandomNumberGenerator.Fill(bytes);
        using var plain = SecretValue.Copy(bytes);
        using var response = await SendAsync(Transit.Encrypt(_mount, key, [body =>
        {
            body.Base64("plaintext", plain);
            body.Json.WriteBase64String("context", Encoding.UTF8.GetBytes(Purpose));
        }]), cancellationToken);
        var text = Transit.Results(response) is [var only] ? only["ciphertext"].Text() : null;
        if (text?.StartsWith(Transit.Prefix, StringComparison.Ordinal) == true)
        {
            return new NewMasterKey(new MasterKey(bytes), text, static () => { }, static () => { });
        }

        CryptographicOperations.ZeroMemory(bytes);
        throw Failed(response, "encrypt");
    }

    internal override ValueTask<NewMasterKey> ReplaceAsync(MasterKey current, CancellationToken cancellationToken) => CreateAsync(cancellationToken);

    internal override async ValueTask<IReadOnlyList<MasterKeyCandidate>> LoadAsync(string storePath, string kdf, CancellationToken cancellationToken)
    {
        if (!kdf.StartsWith(Transit.Prefix, StringComparison.Ordinal))
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.Damaged, $"The secret store {storePath} holds no encrypted master key, so its header was damaged or changed. Restore the file from a backup.");
        }

        using var response = await SendAsync(Transit.Decrypt(_mount, key, [body =>
        {
            body.Json.WriteString("ciphertext", kdf);
            body.Json.WriteBase64String("context", Encoding.UTF8.GetBytes(Purpose));
        }]), cancellationToken);
        using var plain = Transit.Results(response) is [var only] ? only["plaintext"].SecretBase64() : null;
        if (plain is not { Length: Seal.KeySize })
        {
            throw Failed(response, "decrypt");
        }

        var bytes = MasterKey.NewBuffer();
        plain.Written.Span.CopyTo(bytes);
        return [new MasterKeyCandidate(new MasterKey(bytes), static () => { })];
    }

    private async ValueTask<VaultResponse> SendAsync(VaultRequest request, CancellationToken cancellationToken)
    {
        await using var parts = new VaultParts(options, time);
        return await parts.Runtime.SendAsync(request, parts.Calls.Begin(), cancellationToken);
    }

    private EmbeddedStoreException Failed(VaultResponse response, string verb)
    {
        var vault = $"The vault {options.Settings.Address.GetLeftPart(UriPartial.Authority)}";
        return response switch
        {
            _ when Transit.IsTampered(response) => new(EmbeddedStoreErrorKind.Damaged, $"{vault} could not decrypt the store's master key: the ciphertext in the store was changed, or belongs to another key. Restore the file from a backup."),
            { Status: 403 } => new(EmbeddedStoreErrorKind.Unavailable, $"{vault} does not let the runtime's own identity {verb} with the transit key '{key}' at {mount}. Grant update on {mount}/{verb}/{key}."),
            { Succeeded: true } => new(EmbeddedStoreErrorKind.Unavailable, $"{vault} did not {verb} the store's master key. Check the transit key '{key}' at {mount}."),
            _ => new(EmbeddedStoreErrorKind.Unavailable, VaultFailure.Of(response, vault, $"using the transit key '{key}'").Message),
        };
    }
}
