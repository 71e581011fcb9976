using System.Globalization;
using System.Security.Cryptography;
using AgentRuntime.Secrets;
using Konscious.Security.Cryptography;

namespace AgentRuntime.Vaults.Embedded.Keys;

/// <summary>A master key derived from a passphrase with Argon2id version 1.3 (RFC 9106).</summary>
internal sealed class PassphraseSource : MasterKeySource
{
    private const string Algorithm = "argon2id";
    private const int SaltSize = 16;
    private readonly Func<CancellationToken, ValueTask<SecretValue?>> _ask;
    private readonly Argon2Cost _cost;

    public PassphraseSource(Func<CancellationToken, ValueTask<SecretValue?>> ask, Argon2Cost cost)
    {
        if (!cost.IsSensible)
        {
            throw new ArgumentOutOfRangeException(nameof(cost), "The cost of Argon2id is out of its documented bounds.");
        }

        _ask = ask;
        _cost = cost;
    }

    internal override string Kind => "passphrase";

    internal override string Description => "the passphrase";

    internal override bool LoadsSilently => false;

    internal override async ValueTask<NewMasterKey> CreateAsync(CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var key = await DeriveAsync(_cost, salt, cancellationToken);
        var kdf = string.Create(CultureInfo.InvariantCulture, $"{Algorithm};{_cost.MemoryKib};{_cost.Passes};{_cost.Lanes};{Convert.ToHexStringLower(salt)}");
        return new NewMasterKey(key, kdf, static () => { }, static () => { });
    }

    internal override ValueTask<NewMasterKey> ReplaceAsync(MasterKey current, CancellationToken cancellationToken) => CreateAsync(cancellationToken);

    internal override async ValueTask<IReadOnlyList<MasterKeyCandidate>> LoadAsync(string storePath, string kdf, CancellationToken cancellationToken)
    {
        if (!TryParse(kdf, out var cost, out var salt))
        {
            throw new EmbeddedStoreException(
                EmbeddedStoreErrorKind.Damaged,
                $"The secret store {storePath} asks for a key derivation outside its bounds, so its header was damaged or changed. Restore the file from a backup.");
        }

        return [new MasterKeyCandidate(await DeriveAsync(cost, salt, cancellationToken), static () => { })];
    }

    private static bool TryParse(string kdf, out Argon2Cost cost, out byte[] salt)
    {
        cost = new Argon2Cost();
        salt = [];
        var parts = kdf.Split(';');
        if (parts.Length != 5 || parts[0] != Algorithm || parts[4].Length != SaltSize * 2 || !parts[4].All(char.IsAsciiHexDigitLower)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var memory)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var passes)
            || !int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var lanes))
        {
            return false;
        }

        cost = new Argon2Cost(memory, passes, lanes);
        salt = Convert.FromHexString(parts[4]);
        return cost.IsSensible;
    }

    private async ValueTask<MasterKey> DeriveAsync(Argon2Cost cost, byte[] salt, CancellationToken cancellationToken)
    {
        using var passphrase = await _ask(cancellationToken)
            ?? throw new EmbeddedStoreException(EmbeddedStoreErrorKind.NoPassphrase, "The secret store is sealed with a passphrase and none was given. Type it when asked, or give it through a file descriptor.");
        if (passphrase.Length == 0)
        {
            throw new EmbeddedStoreException(EmbeddedStoreErrorKind.NoPassphrase, "The passphrase is empty. Give the one that the secret store was sealed with.");
        }

        var bytes = GC.AllocateUninitializedArray<byte>(passphrase.Length, pinned: true);
        try
        {
#pragma warning disable RS0030 // Argon2 takes an array; this one is pinned and zeroed below.
            passphrase.RevealBytes().CopyTo(bytes);
#pragma warning restore RS0030
            using var argon = new Argon2id(bytes) { Salt = salt, MemorySize = cost.MemoryKib, Iterations = cost.Passes, DegreeOfParallelism = cost.Lanes };
            var derived = await argon.GetBytesAsync(Seal.KeySize);
            var key = MasterKey.NewBuffer();
            derived.CopyTo(key, 0);
            CryptographicOperations.ZeroMemory(derived);
            return new MasterKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
