using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Azure;

/// <summary>What a <see cref="FakeKeyVault"/> holds. Names are the same in upper and lower case; times are whole seconds. Thread-safe.</summary>
public sealed class FakeSecrets(Uri vault)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FakeSecret> _secrets = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    /// <summary>How far the vault's clock moves with each write: versions of one second cannot be told apart by their times.</summary>
    public TimeSpan BetweenWrites { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What the vault says about recovery: <c>Recoverable</c> is soft delete with purge protection, <c>Recoverable+Purgeable</c> without.</summary>
    public string RecoveryLevel { get; set; } = "Recoverable";

    /// <summary>Stores a new current version as the vault's owner would, and gives its id.</summary>
    public string Put(string name, string value, string? contentType = null, DateTimeOffset? notBefore = null, DateTimeOffset? expires = null)
    {
        var attributes = new JsonObject();
        if (notBefore is { } from)
        {
            attributes["nbf"] = from.ToUnixTimeSeconds();
        }

        if (expires is { } to)
        {
            attributes["exp"] = to.ToUnixTimeSeconds();
        }

        return Set(name, new JsonObject { ["value"] = value, ["contentType"] = contentType, ["attributes"] = attributes })!.Id;
    }

    /// <summary>The current value and its content type, or <c>null</c> when there is no such secret.</summary>
    public (string Value, string? ContentType)? Peek(string name) => Find(name, null) is { } version ? (version.Value, version.ContentType) : null;

    /// <summary>Enables or disables a version.</summary>
    public void Enable(string name, string version, bool enabled)
    {
        lock (_gate)
        {
            _secrets[name].Versions.Single(one => one.Id == version).Enabled = enabled;
        }
    }

    /// <summary>Deletes a secret; it can be recovered, and its name is taken.</summary>
    public bool Delete(string name)
    {
        lock (_gate)
        {
            return _secrets.TryGetValue(name, out var secret) && !secret.IsDeleted && (secret.IsDeleted = true);
        }
    }

    internal FakeVersion? Set(string name, JsonObject body)
    {
        lock (_gate)
        {
            if (!_secrets.TryGetValue(name, out var secret))
            {
                _secrets[name] = secret = new FakeSecret(name);
            }

            if (secret.IsDeleted)
            {
                return null;
            }

            var version = new FakeVersion(Guid.NewGuid().ToString("N"), body["value"]!.GetValue<string>(), _now);
            version.Change(body);
            secret.Versions.Add(version);
            _now += BetweenWrites;
            return version;
        }
    }

    internal FakeVersion? Find(string name, string? version, bool deleted = false)
    {
        lock (_gate)
        {
            return _secrets.TryGetValue(name, out var secret) && secret.IsDeleted == deleted
                ? secret.Versions.LastOrDefault(one => version is null || string.Equals(one.Id, version, StringComparison.OrdinalIgnoreCase))
                : null;
        }
    }

    internal FakeVersion? Change(string name, string version, JsonObject body)
    {
        lock (_gate)
        {
            var found = Find(name, version);
            found?.Change(body);
            return found;
        }
    }

    internal IReadOnlyList<JsonObject> List(string? name)
    {
        lock (_gate)
        {
            return name is null
                ? [.. _secrets.Values.Where(secret => !secret.IsDeleted).OrderBy(secret => secret.Name, StringComparer.Ordinal).Select(secret => Item(secret.Name, secret.Versions[^1], withVersion: false))]
                : _secrets.TryGetValue(name, out var found) && !found.IsDeleted ? [.. found.Versions.OrderBy(one => one.Id, StringComparer.Ordinal).Select(one => Item(found.Name, one, withVersion: true))] : [];
        }
    }

    internal JsonObject Bundle(string name, FakeVersion version, bool withValue)
    {
        lock (_gate)
        {
            var bundle = Item(_secrets[name].Name, version, withVersion: true);
            if (withValue)
            {
                bundle.Insert(0, "value", version.Value);
            }

            return bundle;
        }
    }

    private JsonObject Item(string name, FakeVersion version, bool withVersion)
    {
        var item = new JsonObject
        {
            ["id"] = new Uri(vault, withVersion ? $"secrets/{name}/{version.Id}" : $"secrets/{name}").ToString(),
            ["attributes"] = version.Attributes(RecoveryLevel),
        };
        if (version.ContentType is { } type)
        {
            item["contentType"] = type;
        }

        if (version.Tags is { } tags)
        {
            item["tags"] = tags.DeepClone();
        }

        return item;
    }

    private sealed class FakeSecret(string name)
    {
        public string Name => name;

        public List<FakeVersion> Versions { get; } = [];

        public bool IsDeleted { get; set; }
    }
}
