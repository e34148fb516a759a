import Testing

@testable import DaemonSupport

@Suite struct MemoryAllowanceTests {
    static let gibibyte = 1 << 30

    /// A machine's files, as far as the search for limits reads them.
    struct Machine: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let cgroup: String
        let mountinfo: String
        let files: [String: String]
        let bytes: Int?
        var file = ""
    }

    static let version1Mounts = """
        24 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        30 24 0:26 / /sys/fs/cgroup ro,nosuid shared:8 - tmpfs tmpfs ro,mode=755
        31 30 0:27 / /sys/fs/cgroup/systemd rw,nosuid shared:9 - cgroup cgroup rw,xattr,name=systemd
        32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 - cgroup cgroup rw,cpu,cpuacct
        33 30 0:29 / /sys/fs/cgroup/memory rw,nosuid shared:11 - cgroup cgroup rw,memory
        """
    static let version2Mount = "30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:8 - cgroup2 cgroup2 rw,nsdelegate"
    static let unlimited1 = "9223372036854771712\n"

    static let machines = [
        Machine(
            testDescription: "version 2, a service",
            cgroup: "0::/system.slice/activityd.service\n", mountinfo: version2Mount,
            files: [
                "/sys/fs/cgroup/system.slice/activityd.service/memory.max": "67108864\n",
                "/sys/fs/cgroup/system.slice/activityd.service/memory.high": "max\n",
                "/sys/fs/cgroup/system.slice/memory.max": "max\n",
            ], bytes: 64 << 20, file: "/sys/fs/cgroup/system.slice/activityd.service/memory.max"),
        Machine(
            testDescription: "version 2, an ancestor's limit is less",
            cgroup: "0::/a/b/c\n", mountinfo: version2Mount,
            files: [
                "/sys/fs/cgroup/a/b/c/memory.max": "3000\n", "/sys/fs/cgroup/a/b/memory.max": "max\n",
                "/sys/fs/cgroup/a/memory.max": "2000\n", "/sys/fs/cgroup/memory.max": "2500\n",
            ], bytes: 2000, file: "/sys/fs/cgroup/a/memory.max"),
        Machine(
            testDescription: "version 2, a soft limit",
            cgroup: "0::/a\n", mountinfo: version2Mount,
            files: ["/sys/fs/cgroup/a/memory.max": "3000\n", "/sys/fs/cgroup/a/memory.high": "2900\n"],
            bytes: 2900, file: "/sys/fs/cgroup/a/memory.high"),
        Machine(
            testDescription: "version 2, no limit anywhere",
            cgroup: "0::/a/b\n", mountinfo: version2Mount,
            files: ["/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/memory.max": "max\n"], bytes: nil),
        Machine(
            testDescription: "version 2, a container with a name space of its own",
            cgroup: "0::/\n", mountinfo: version2Mount, files: ["/sys/fs/cgroup/memory.max": "1000\n"],
            bytes: 1000, file: "/sys/fs/cgroup/memory.max"),
        Machine(
            testDescription: "version 2, a group outside of the name space",
            cgroup: "0::/../other\n", mountinfo: version2Mount, files: ["/sys/fs/cgroup/memory.max": "1000\n"],
            bytes: 1000, file: "/sys/fs/cgroup/memory.max"),
        Machine(
            testDescription: "version 1, nested",
            cgroup: "9:memory:/user/x\n3:cpu,cpuacct:/other\n1:name=systemd:/user\n", mountinfo: version1Mounts,
            files: [
                "/sys/fs/cgroup/memory/user/x/memory.limit_in_bytes": unlimited1,
                "/sys/fs/cgroup/memory/user/memory.limit_in_bytes": "5000\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": unlimited1,
            ], bytes: 5000, file: "/sys/fs/cgroup/memory/user/memory.limit_in_bytes"),
        Machine(
            testDescription: "version 1, no limit",
            cgroup: "9:memory:/\n", mountinfo: version1Mounts,
            files: ["/sys/fs/cgroup/memory/memory.limit_in_bytes": unlimited1], bytes: nil),
        Machine(
            testDescription: "version 1, a container that sees its own group only",
            cgroup: "9:hugetlb,memory:/docker/4f\n",
            mountinfo: "33 30 0:29 /docker/4f /sys/fs/cgroup/memory ro - cgroup cgroup rw,hugetlb,memory",
            files: ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "7000\n"],
            bytes: 7000, file: "/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Machine(
            testDescription: "both, memory in version 1",
            cgroup: "9:memory:/a\n0::/a\n",
            mountinfo: version1Mounts + "\n40 30 0:30 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
            files: ["/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "800\n"],
            bytes: 800, file: "/sys/fs/cgroup/memory/a/memory.limit_in_bytes"),
        Machine(
            testDescription: "a mount point with a space, a group with a colon",
            cgroup: "0::/a:b\n", mountinfo: #"30 24 0:26 / /mnt/c\040g rw - cgroup2 none rw"#,
            files: ["/mnt/c g/a:b/memory.max": "900"], bytes: 900, file: "/mnt/c g/a:b/memory.max"),
        Machine(
            testDescription: "a folder whose name begins alike",
            cgroup: "9:memory:/docker/4f2\n",
            mountinfo: "33 30 0:29 /docker/4f /cg ro - cgroup cgroup rw,memory",
            files: ["/cg/memory.limit_in_bytes": "1\n", "/cg/2/memory.limit_in_bytes": "0"],
            bytes: 1, file: "/cg/memory.limit_in_bytes"),
        Machine(testDescription: "no /proc", cgroup: "", mountinfo: "", files: [:], bytes: nil),
        Machine(
            testDescription: "texts of another form", cgroup: ":\n::\n0\nx:y\n\n",
            mountinfo: "- -\n1 2 3\n30 24 0:26 / / rw -\n30 24 0:26 / / rw - cgroup2",
            files: ["/memory.max": "1"], bytes: nil),
        Machine(
            testDescription: "a limit of another form", cgroup: "0::/", mountinfo: version2Mount,
            files: ["/sys/fs/cgroup/memory.max": "12x\n", "/sys/fs/cgroup/memory.high": ""], bytes: nil),
    ]

    @Test(arguments: machines)
    func theLeastLimitOfAControlGroupAndThoseAboveItIsFound(machine: Machine) {
        let files = ControlGroups.limitFiles(cgroup: machine.cgroup, mountinfo: machine.mountinfo)
        let least = ControlGroups.least(of: files) { machine.files[$0] }
        #expect(least?.bytes == machine.bytes)
        #expect(least?.file ?? "" == machine.file)
    }

    @Test func theLeastOfAllLimitsCounts() {
        func least(_ controlGroup: Int?, _ addressSpace: Int?, _ machine: Int?) -> MemoryAllowance {
            .least(
                controlGroup: controlGroup.map { ($0, "/f") }, addressSpace: addressSpace, mapped: 0, machine: machine)
        }
        #expect(least(1, 2, 3).limit == .controlGroup("/f"))
        #expect(least(4, 2, 3).limit == .addressSpace)
        #expect(least(4, 5, 3).limit == .machine)
        #expect(least(nil, nil, 300).bytes == 300)
        #expect(least(nil, nil, 300).defaultBound == 150)
    }

    @Test func whereNothingCanBeReadSomethingIsAssumed() {
        let allowance = MemoryAllowance.least(controlGroup: nil, addressSpace: nil, mapped: 0, machine: nil)
        #expect(allowance.limit == .unknown)
        #expect(allowance.bytes == Self.gibibyte)
    }

    @Test(arguments: [(0, 800), (300, 500), (700, 100), (5000, 100)])
    func whatIsMappedButHoldsNoDataIsNoPartOfTheAddressSpaceThatIsLeft(mapped: Int, bytes: Int) {
        let allowance = MemoryAllowance.least(controlGroup: nil, addressSpace: 800, mapped: mapped, machine: 1000)
        #expect(allowance.bytes == bytes)
        #expect(allowance.limit == .addressSpace)
    }

    @Test(arguments: [0, 1])
    func aLimitOfNothingStillHasABound(bytes: Int) {
        let allowance = MemoryAllowance.least(controlGroup: (bytes, "/f"), addressSpace: nil, mapped: 0, machine: 9)
        #expect(allowance.bytes == 1)
        #expect(allowance.defaultBound == 1)
    }

    @Test func thisProcessHasAnAllowanceThatFitsTheMachine() {
        let allowance = MemoryAllowance.ofThisProcess()
        #expect(allowance.limit != .unknown)
        #expect(allowance.bytes > 16 << 20)
    }
}
