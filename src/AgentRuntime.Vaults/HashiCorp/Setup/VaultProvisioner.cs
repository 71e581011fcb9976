using System.Runtime.CompilerServices;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Vaults.Http;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>Sets up a vault for a workspace with an operator's own token: compares, writes what is missing or different, and reads back.</summary>
/// <remarks>Nothing is deleted, and no engine or key of another kind is replaced. Doing it again changes nothing. Not thread-safe.</remarks>
public sealed class VaultProvisioner : IDisposable
{
    private readonly VaultClient _client;
    private readonly VaultOperator _vault;
    private readonly VaultSetupOptions _options;

    internal VaultProvisioner(VaultClient client, VaultSetupOptions options, SecretValue token, TimeSpan timeout)
    {
        _client = client;
        _options = options;
        _vault = new VaultOperator(client, token, "the operator's token", timeout);
    }

    /// <summary>What is wanted, without asking the vault.</summary>
    internal static IReadOnlyList<VaultPlanItem> Wanted(VaultSetupOptions options) =>
        [.. VaultSetup.ItemsOf(options).Select(static item => new VaultPlanItem(item.Name, item.CanBeWritten ? VaultPlanStatus.Wanted : VaultPlanStatus.ByHand, item.Lines))];

    /// <summary>Reads an operator's token from a file that only its owner can read. The caller disposes it.</summary>
    /// <exception cref="SecretStoreException">It is not there, empty, or others can read it.</exception>
    public static SecretValue ReadToken(string path) => SecretFile.Read(path, "token");

    /// <summary>Compares what is wanted with what is there, item by item.</summary>
    /// <exception cref="SecretStoreException">The vault cannot be asked, or refuses.</exception>
    public async IAsyncEnumerable<VaultPlanItem> CompareAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in VaultSetup.ItemsOf(_options))
        {
            yield return Of(item, await item.LookAsync(_vault, cancellationToken));
        }
    }

    /// <summary>Writes what is missing or different, item by item, and reads each back.</summary>
    /// <exception cref="SecretStoreException">The vault cannot be asked, refuses, or does not keep what was written. Items before it are done; doing it again goes on.</exception>
    public async IAsyncEnumerable<VaultPlanItem> ApplyAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in VaultSetup.ItemsOf(_options))
        {
            var state = await item.LookAsync(_vault, cancellationToken);
            if (state.Status == SetupStatus.Same || !item.CanBeWritten)
            {
                yield return Of(item, state);
                continue;
            }

            await item.WriteAsync(_vault, cancellationToken);
            var kept = await item.LookAsync(_vault, cancellationToken);
            if (kept.Status != SetupStatus.Same)
            {
                // A vault was seen to accept a role and to store it without its limits.
                throw new SecretStoreException(SecretFailureKind.Invalid, $"The vault accepted the {item.Name} and stored something else ({string.Join("; ", kept.Differences)}). Do not use it; look at the version of the vault.");
            }

            yield return new VaultPlanItem(item.Name, VaultPlanStatus.Written, state.Differences);
        }
    }

    /// <summary>
    /// Makes a secret id of the AppRole and writes it to a file that only its owner can read: wrapped when the settings say that it arrives wrapped, else as it is.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced in one step.</param>
    /// <param name="life">How long a wrapped one can be opened, once; 1 second to 1 day.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Whether it is wrapped.</returns>
    /// <exception cref="SecretStoreException">The runtime does not log in by AppRole, the vault refuses, or the file cannot be written.</exception>
    public async Task<bool> WriteSecretIdAsync(string path, TimeSpan life, CancellationToken cancellationToken)
    {
        if (_options.Login is not RuntimeLogin.AppRole login)
        {
            throw new SecretStoreException(SecretFailureKind.Invalid, "A secret id is for a runtime that logs in by AppRole; agentruntime.json names another method.");
        }

        using var answer = await _vault.FindAsync(AppRoles.NewSecretId(login.Mount, login.Role, login.Wrapped ? life : null), cancellationToken)
            ?? throw new SecretStoreException(SecretFailureKind.Missing, $"There is no AppRole {login.Mount}/{login.Role}. Run 'agentruntime vault apply' first.");
        using var secret = (login.Wrapped ? answer.WrapInfo["token"] : answer.Data["secret_id"]).Secret()
            ?? throw new SecretStoreException(SecretFailureKind.Invalid, $"The vault gave a secret id that is {(login.Wrapped ? "not wrapped" : "empty")}, so it was not kept.");
        await PrivateFile.WriteAsync(path, secret, cancellationToken);
        return login.Wrapped;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static VaultPlanItem Of(SetupItem item, SetupState state) => state.Status switch
    {
        SetupStatus.Same => new VaultPlanItem(item.Name, VaultPlanStatus.Same, []),
        _ when !item.CanBeWritten => new VaultPlanItem(item.Name, VaultPlanStatus.ByHand, state.Differences),
        SetupStatus.Missing => new VaultPlanItem(item.Name, VaultPlanStatus.Missing, state.Differences),
        _ => new VaultPlanItem(item.Name, VaultPlanStatus.Different, state.Differences),
    };
}
