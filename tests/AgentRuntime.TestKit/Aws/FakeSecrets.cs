using System.Text;
using System.Text.Json;

namespace AgentRuntime.TestKit.Aws;

/// <summary>The secrets of <see cref="FakeSecretsManager"/>, by AWS's rules for names, versions and labels. Thread-safe.</summary>
public sealed class FakeSecrets
{
    private const int Largest = 65_536;
    private const int MostLabels = 20;

    private readonly string _region;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, FakeSecret> _secrets = new(StringComparer.Ordinal);

    internal FakeSecrets(string region) => _region = region;

    /// <summary>The most items of one page.</summary>
    public int PageSize { get; set; } = 100;

    /// <summary>The secret of this name, or <c>null</c>.</summary>
    public FakeSecret? Find(string name)
    {
        lock (_gate)
        {
            return _secrets.GetValueOrDefault(name);
        }
    }

    /// <summary>Stores a new current version as another program would, as a text.</summary>
    public string Put(string name, string text) => Put(name, text, null);

    /// <summary>Stores a new current version as another program would, as bytes.</summary>
    public string PutBinary(string name, byte[] bytes) => Put(name, null, Convert.ToBase64String(bytes));

    internal (string? Text, string? Error, string Message) Run(FakeRequest ask)
    {
        lock (_gate)
        {
            return ask.Operation switch
            {
                "GetSecretValue" => OfSecret(ask, secret => Get(secret, ask)),
                "CreateSecret" => Create(ask),
                "PutSecretValue" => OfSecret(ask, secret => PutValue(secret, ask)),
                "UpdateSecretVersionStage" => OfSecret(ask, secret => Label(secret, ask)),
                "DeleteSecret" => OfSecret(ask, secret => Delete(secret, ask)),
                "RestoreSecret" => OfSecret(ask, Restore, alsoDeleted: true),
                "DescribeSecret" => OfSecret(ask, secret => Good(Describe(secret, "VersionIdsToStages")), alsoDeleted: true),
                "ListSecretVersionIds" => OfSecret(ask, secret => Versions(secret, ask)),
                "ListSecrets" => Page(ask, "SecretList", [.. _secrets.Values.Where(one => one.Name.StartsWith(ask.NameFilter(), StringComparison.Ordinal)).Select(one => Describe(one, "SecretVersionsToStages"))]),
                _ => Bad("UnknownOperationException", ask.Operation),
            };
        }
    }

    private string Put(string name, string? text, string? binary)
    {
        lock (_gate)
        {
            var version = new FakeVersion(Guid.NewGuid().ToString(), text, binary, DateTimeOffset.UtcNow);
            Made(name).Add(version, ["AWSCURRENT"]);
            return version.Id;
        }
    }

    private FakeSecret Made(string name)
    {
        if (!_secrets.TryGetValue(name, out var secret))
        {
            _secrets[name] = secret = new FakeSecret(name, $"arn:aws:secretsmanager:{_region}:{FakeSecretsManager.Account}:secret:{name}-{Guid.NewGuid().ToString("N")[..6]}");
        }

        return secret;
    }

    private (string? Text, string? Error, string Message) OfSecret(FakeRequest ask, Func<FakeSecret, (string?, string?, string)> run, bool alsoDeleted = false)
    {
        if (ask.Name is not { } name || !_secrets.TryGetValue(name, out var secret))
        {
            return Bad("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        }

        return secret.Deleted is not null && !alsoDeleted
            ? Bad("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
            : run(secret);
    }

    private static (string? Text, string? Error, string Message) Get(FakeSecret secret, FakeRequest ask)
    {
        if (ask.Text("VersionId") is { Length: < 32 or > 64 })
        {
            return Bad("ValidationException", "1 validation error detected");
        }

        var version = ask.Text("VersionId") is { } id ? secret.Versions.Find(one => one.Id == id) : secret.With(ask.Text("VersionStage") ?? "AWSCURRENT");
        if (version is null)
        {
            return Bad("ResourceNotFoundException", "Secrets Manager can't find the specified secret value.");
        }

        if (secret.KeyIsDisabled)
        {
            return Bad("DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key.");
        }

        var answer = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["ARN"] = secret.Arn,
            ["Name"] = secret.Name,
            ["VersionId"] = version.Id,
            ["VersionStages"] = version.Labels,
            ["CreatedDate"] = Seconds(version.Created),
        };
        answer.Add(version.Text is null ? "SecretBinary" : "SecretString", version.Text ?? version.Binary!);
        return Good(answer);
    }

    private (string? Text, string? Error, string Message) Create(FakeRequest ask)
    {
        if (_secrets.TryGetValue(ask.Name!, out var there))
        {
            return there.Deleted is not null
                ? Bad("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
                : there.Versions.Exists(one => one.Id == ask.Text("ClientRequestToken")) ? Good(Short(there)) : Bad("ResourceExistsException", "The operation failed because the secret already exists.");
        }

        if (Size(ask) is 0 or > Largest)
        {
            return Bad("InvalidParameterException", "size");
        }

        var secret = Made(ask.Name!);
        secret.Add(VersionOf(ask), ["AWSCURRENT"]);
        return Good(Short(secret));
    }

    private static (string? Text, string? Error, string Message) PutValue(FakeSecret secret, FakeRequest ask)
    {
        if (Size(ask) is 0 or > Largest)
        {
            return Bad("InvalidParameterException", "size");
        }

        var version = VersionOf(ask);
        if (secret.Versions.Find(one => one.Id == version.Id) is { } there)
        {
            return there.Text == version.Text && there.Binary == version.Binary ? Good(Short(secret)) : Bad("ResourceExistsException", "The request token was used already.");
        }

        var labels = ask.Texts("VersionStages");
        secret.Add(version, labels.Count > 0 ? labels : ["AWSCURRENT"]);
        return Good(Short(secret));
    }

    private static (string? Text, string? Error, string Message) Label(FakeSecret secret, FakeRequest ask)
    {
        var label = ask.Text("VersionStage")!;
        var holder = secret.With(label);
        var to = ask.Text("MoveToVersionId") is { } id ? secret.Versions.Find(one => one.Id == id) : null;
        if ((holder is not null && holder.Id != ask.Text("RemoveFromVersionId") && holder != to) || (holder is null && ask.Has("RemoveFromVersionId")) || (ask.Has("MoveToVersionId") && to is null))
        {
            return Bad("InvalidParameterException", $"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version {holder?.Id}.");
        }

        if (label == "AWSCURRENT" && to is null)
        {
            return Bad("InvalidParameterException", "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.");
        }

        if (holder is null && secret.Versions.Sum(one => one.Labels.Count) >= MostLabels)
        {
            return Bad("LimitExceededException", "labels");
        }

        secret.Move(label, to);
        return Good(Short(secret));
    }

    private static (string? Text, string? Error, string Message) Delete(FakeSecret secret, FakeRequest ask)
    {
        if (ask.Number("RecoveryWindowInDays") is not (>= 7 and <= 30))
        {
            return Bad("InvalidParameterException", "RecoveryWindowInDays");
        }

        secret.Deleted = DateTimeOffset.UtcNow.AddDays(ask.Number("RecoveryWindowInDays"));
        return Good(Short(secret));
    }

    private static (string? Text, string? Error, string Message) Restore(FakeSecret secret)
    {
        secret.Deleted = null;
        return Good(Short(secret));
    }

    private (string? Text, string? Error, string Message) Versions(FakeSecret secret, FakeRequest ask) =>
        Page(ask, "Versions", [.. secret.Versions.Where(one => one.Labels.Count > 0 || ask.Has("IncludeDeprecated")).Select(one => new Dictionary<string, object>(StringComparer.Ordinal) { ["VersionId"] = one.Id, ["VersionStages"] = one.Labels, ["CreatedDate"] = Seconds(one.Created) })]);

    private (string? Text, string? Error, string Message) Page(FakeRequest ask, string list, List<Dictionary<string, object>> items)
    {
        var from = ask.Text("NextToken") is { } token ? int.Parse(token) : 0;
        var answer = new Dictionary<string, object>(StringComparer.Ordinal) { [list] = items.Skip(from).Take(PageSize) };
        if (from + PageSize < items.Count)
        {
            answer["NextToken"] = (from + PageSize).ToString();
        }

        return Good(answer);
    }

    private static Dictionary<string, object> Describe(FakeSecret secret, string versions)
    {
        var answer = Short(secret);
        answer["CreatedDate"] = Seconds(secret.Versions[0].Created);
        answer[versions] = secret.Versions.Where(one => one.Labels.Count > 0).ToDictionary(one => one.Id, one => one.Labels.ToArray(), StringComparer.Ordinal);
        if (secret.Deleted is { } deleted)
        {
            answer["DeletedDate"] = Seconds(deleted);
        }

        return answer;
    }

    private static Dictionary<string, object> Short(FakeSecret secret) => new(StringComparer.Ordinal) { ["ARN"] = secret.Arn, ["Name"] = secret.Name };

    private static FakeVersion VersionOf(FakeRequest ask) => new(ask.Text("ClientRequestToken")!, ask.Text("SecretString"), ask.Text("SecretBinary"), DateTimeOffset.UtcNow);

    private static int Size(FakeRequest ask) => ask.Text("SecretString") is { } text ? Encoding.UTF8.GetByteCount(text) : Convert.FromBase64String(ask.Text("SecretBinary") ?? string.Empty).Length;

    private static double Seconds(DateTimeOffset time) => Math.Round((time - DateTimeOffset.UnixEpoch).TotalSeconds, 3);

    private static (string? Text, string? Error, string Message) Good(object answer) => (JsonSerializer.Serialize(answer), null, string.Empty);

    private static (string? Text, string? Error, string Message) Bad(string code, string message) => (null, code, message);
}
